"""Word lists of the analysis: dictionary of the segmenter, synonyms, and optional words of a query."""
