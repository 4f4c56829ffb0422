"""What every service of Vidmill shares: domain, database, queue, storage."""
