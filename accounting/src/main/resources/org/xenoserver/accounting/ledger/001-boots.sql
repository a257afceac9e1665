-- The newest record of every boot of every domain; totals are sums over boots.
CREATE TABLE boots (
  host TEXT NOT NULL,
  domain_uuid TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  domain_name TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  time_ns INTEGER NOT NULL,
  cpu_ns INTEGER NOT NULL,
  wait_ns INTEGER NOT NULL,
  retired_instructions INTEGER NOT NULL,
  memory_byte_seconds INTEGER NOT NULL,
  disk_read_operations INTEGER NOT NULL,
  disk_read_bytes INTEGER NOT NULL,
  disk_write_operations INTEGER NOT NULL,
  disk_write_bytes INTEGER NOT NULL,
  disk_flush_operations INTEGER NOT NULL,
  PRIMARY KEY (host, domain_uuid, boot_id)
) STRICT, WITHOUT ROWID;

-- Returns from guest execution of a boot, by kind.
CREATE TABLE boot_exits (
  host TEXT NOT NULL,
  domain_uuid TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  exits INTEGER NOT NULL,
  PRIMARY KEY (host, domain_uuid, boot_id, kind)
) STRICT, WITHOUT ROWID;
