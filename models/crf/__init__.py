"""Parts of the model ``crf``."""
