-- Whose a conversation is: a client token's name, or nothing for the person. Those from before are the
-- person's. What a program asked is gone with its token, so that a later one of that name finds nothing.

ALTER TABLE conversations ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE TRIGGER conversations_go_with_their_token AFTER DELETE ON api_tokens BEGIN
  DELETE FROM conversations WHERE owner = old.name;
END;
