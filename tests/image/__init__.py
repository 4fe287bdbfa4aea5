"""The image as compose.yaml runs it: by ``make image-check IMAGE=FOLDER``, outside ``make test``."""
