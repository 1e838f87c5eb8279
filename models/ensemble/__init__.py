"""Parts of the ensemble."""
