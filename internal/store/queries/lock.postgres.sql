-- name: import_lock_held
SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.classid = 0 AND l.objid = $1 AND l.granted);
