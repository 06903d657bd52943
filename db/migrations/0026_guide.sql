-- What everybody asks before leaving home: is this taken, what is to be done with it first, and which town am I near?

-- Per UNU key: codes whose sentences the pages have in three languages. db/reference/130_guide.
create table guide_items (
  unu_key text primary key references unu_keys,
  icon text not null check (icon in ('phone', 'laptop', 'screen', 'fridge', 'washer', 'lamp', 'battery', 'plug', 'sun', 'tool', 'heart')),
  -- What in it remembers its owner; none where nothing does.
  data_kind text check (data_kind in ('phone', 'computer', 'printer', 'tv', 'console', 'camera', 'network', 'server', 'answering')),
  hazards text[] not null check (hazards <@ array['battery', 'mercury', 'refrigerant', 'tube', 'heavy', 'glass', 'gas', 'radiation', 'capacitor', 'current', 'infection']),
  steps text[] not null check (steps <@ array['whole', 'cable', 'batteries', 'water', 'thaw', 'upright', 'specialist', 'wrap', 'toner', 'dust', 'grease', 'disinfect', 'cover', 'sim', 'media', 'fuel', 'blades']),
  is_often_mended boolean not null,
  -- How it travels: in a bag, in a car, or somebody must come for it.
  travels text not null check (travels in ('bag', 'car', 'pickup'))
);

-- Words as people say them. db/reference/131_guide-words.
create table guide_words (
  unu_key text not null references unu_keys,
  language text not null check (language in ('kk', 'ru', 'en')),
  word text not null check (word = btrim(word) and word <> ''),
  -- The order in which the words were thought of: the first ones are the most usual.
  place integer not null,
  primary key (unu_key, language, word)
);

-- Towns to look around from, where a browser tells no position. db/reference/132_towns.
create table towns (
  town text primary key check (town ~ '^[a-z-]+$'),
  region_kato text not null references regions,
  name_kk text not null, name_ru text not null, name_en text not null,
  latitude double precision not null check (latitude between 40.5 and 55.5),
  longitude double precision not null check (longitude between 46.4 and 87.4)
);
revoke insert, update, delete, truncate on guide_items, guide_words, towns from ewaste_app;
