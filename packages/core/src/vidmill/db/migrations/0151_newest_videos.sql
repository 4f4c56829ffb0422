-- The newest videos of everybody, for accounts: public ones and their own are in no other index together.

CREATE INDEX videos_created ON videos (created_at DESC, id DESC);
