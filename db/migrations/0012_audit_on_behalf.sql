-- What agents did for a client is part of what the client's members read: each side is found by its own index.
create index entries_on_behalf_of on audit.entries (on_behalf_of_id, entry_id) where on_behalf_of_id is not null;
