"""Language models: prompt to reply. The only home of litellm; nothing here runs unless a model is named."""
