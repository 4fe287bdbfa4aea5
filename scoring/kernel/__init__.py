"""Points, days, canonical JSON, codes and errors: what every other room of the law stands on."""
