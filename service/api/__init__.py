"""What all routes share, and the routes that join several rooms."""
