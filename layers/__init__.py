"""What is seen: a board turned into drawable layers, and into streams of them. Pure."""
