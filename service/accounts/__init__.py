"""Who may speak to the service: tokens, roles and scopes."""
