"""The world: storage, the websocket, HTTP and the command line."""
