"""Workers and the reaper with real servers, without the services around them."""
