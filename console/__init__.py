"""The HTTP service of the clinic: webhooks, pages behind links, and the codec endpoint."""
