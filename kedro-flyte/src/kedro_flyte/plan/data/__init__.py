"""What an entry of the catalog, or a value of the parameters, says by itself."""
