"""The right of reply: what an entity says beside what is public of it, screened, public as long as the thing is."""
