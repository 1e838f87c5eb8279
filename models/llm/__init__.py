"""Parts of the model llm: prompt, endpoint, answers, cache, labels."""
