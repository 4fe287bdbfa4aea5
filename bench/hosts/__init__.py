"""Several hosts on one machine: network namespaces between which a cable can be pulled."""
