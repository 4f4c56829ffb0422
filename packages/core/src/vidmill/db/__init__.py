"""PostgreSQL: pool, migrations, and one module of functions per table group."""
