"""What is wrong with an edition that can be read: places where the law would stay silent, contradict itself or idle."""
