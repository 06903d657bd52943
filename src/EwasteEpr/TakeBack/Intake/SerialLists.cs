using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>Lists that others keep: stolen serials, serials of what was refurbished and sold on, and the types that an IMEI can begin with. Looked at first, written afterwards.</summary>
/// <remarks>Serials are stored as keyed hashes; nothing shows them again, and the history holds numbers of lines only.</remarks>
public sealed class SerialLists(Db db, SerialChecks checks)
{
    public const int MostRows = 20_000;
    private const int LongestName = 100;

    private const string KnownSerialsSql = "select count(*) from unnest(@hashes) h where exists (select from watched_serials w where w.serial_hash = h and w.list = @list)";

    private const string KnownTypesSql = "select count(*) from type_allocation_codes where tac = any (@tacs)";

    /// <summary>What the list would change; nothing is written.</summary>
    public async Task<SerialListPreview> PreviewAsync(SerialListName list, string csv, CancellationToken ct)
    {
        var read = Read(list, csv);
        var known = read is null ? 0
            : list == SerialListName.Types ? await db.QuerySingleAsync<long>(KnownTypesSql, new { tacs = read.Types.Select(type => type.Tac).ToArray() }, ct)
            : await db.QuerySingleAsync<long>(KnownSerialsSql, new { hashes = Hashes(read), list = list.ToString() }, ct);
        return read is null ? new SerialListPreview(0, 0, 0, [], IsReadable: false) : new SerialListPreview(read.Count, (int)known, read.Twice, read.BadRows, IsReadable: true);
    }

    private const string AddSerialsSql = "insert into watched_serials (serial_hash, list, source) select unnest(@hashes), @list, @source on conflict do nothing";

    private const string RemoveSerialsSql = "delete from watched_serials where serial_hash = any (@hashes) and list = @list";

    private const string AddTypesSql = """
        insert into type_allocation_codes (tac, brand, model) select * from unnest(@tacs, @brands, @models)
        on conflict (tac) do update set brand = excluded.brand, model = excluded.model
         where (type_allocation_codes.brand, type_allocation_codes.model) is distinct from (excluded.brand, excluded.model)
        """;

    private const string RemoveTypesSql = "delete from type_allocation_codes where tac = any (@tacs)";

    private const string RememberSql = "insert into serial_list_changes (list, change, source, lines, changed, done_by) values (@list, @change, @Source, @lines, @changed, @person)";

    /// <returns>How many entries were added, changed or removed; none where the list cannot be read or holds nothing.</returns>
    public async Task<int?> WriteAsync(SerialListChange change, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(actor);
        if (Read(change.List, change.Csv) is not { Count: > 0 } read)
        {
            return null;
        }

        return await db.InTransactionAsync<int?>(async transaction =>
        {
            var changed = change.List == SerialListName.Types
                ? await transaction.ExecuteAsync(
                    change.IsRemoval ? RemoveTypesSql : AddTypesSql,
                    new { tacs = read.Types.Select(type => type.Tac).ToArray(), brands = read.Types.Select(type => type.Brand).ToArray(), models = read.Types.Select(type => type.Model).ToArray() }, ct)
                : await transaction.ExecuteAsync(change.IsRemoval ? RemoveSerialsSql : AddSerialsSql, new { hashes = Hashes(read), list = change.List.ToString(), source = change.Source }, ct);
            var row = new { list = change.List.ToString(), change = change.IsRemoval ? "Removed" : "Added", change.Source, lines = read.Count, changed, person = actor.UserId };
            await transaction.ExecuteAsync(RememberSql, row, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry(change.IsRemoval ? "serials.removed" : "serials.added", "serial_list", row.list).With(new { row.Source, row.lines, row.changed }), actor, ct);
            return changed;
        }, ct);
    }

    private const string StateSql = """
        select (select count(*) from watched_serials where list = 'Stolen') as stolen, (select count(*) from watched_serials where list = 'Remarketed') as remarketed, (select count(*) from type_allocation_codes) as types
        """;

    public Task<SerialListCounts> CountAsync(CancellationToken ct) => db.QuerySingleAsync<SerialListCounts>(StateSql, null, ct);

    private const string HistorySql = """
        select c.list, c.change, c.source, c.lines, c.changed, p.name as done_by, c.done_at
          from serial_list_changes c join people p on p.person_id = c.done_by order by c.done_at desc, c.serial_list_change_id desc limit 50
        """;

    public Task<IReadOnlyList<SerialListEntry>> HistoryAsync(CancellationToken ct) => db.QueryAsync<SerialListEntry>(HistorySql, null, ct);

    private byte[][] Hashes(ReadList read) => [.. read.Serials.Select(checks.Hash)];

    /// <summary>One serial a line in the first column; types with brand and model. A head is whatever first line is none itself.</summary>
    private static ReadList? Read(SerialListName list, string csv)
    {
        if (SmallTable.Read(csv, MostRows + 1) is not { Rows.Count: > 0 } table)
        {
            return null;
        }

        var (serials, types, bad, twice) = (new Dictionary<string, SerialNumber>(StringComparer.Ordinal), new Dictionary<string, TypeName>(StringComparer.Ordinal), new List<int>(), 0);
        foreach (var (cells, row) in table.Rows.Select((cells, place) => (cells, place + 1)))
        {
            var isGood = list == SerialListName.Types ? TypeOf(cells) is { } type && Keep(types, type.Tac, type, ref twice) : SerialOf(cells) is { } serial && Keep(serials, serial.Text, serial, ref twice);
            if (!isGood && (row > 1 || cells[0].Any(char.IsAsciiDigit)))
            {
                bad.Add(row);
            }
        }

        return new ReadList([.. serials.Values], [.. types.Values], twice, bad);
    }

    private static bool Keep<T>(Dictionary<string, T> all, string key, T value, ref int twice)
    {
        twice += all.TryAdd(key, value) ? 0 : 1;
        return true;
    }

    private static SerialNumber? SerialOf(IReadOnlyList<string> cells) => SerialNumber.TryRead(cells[0], out var serial) && serial is { } known && known.Text.Any(char.IsAsciiDigit) ? known : null;

    private static TypeName? TypeOf(IReadOnlyList<string> cells) =>
        cells is [{ Length: 8 } tac, { Length: > 0 and <= LongestName } brand, { Length: > 0 and <= LongestName } model, ..] && tac.All(char.IsAsciiDigit) ? new TypeName(tac, brand, model) : null;

    private sealed record TypeName(string Tac, string Brand, string Model);

    private sealed record ReadList(IReadOnlyList<SerialNumber> Serials, IReadOnlyList<TypeName> Types, int Twice, IReadOnlyList<int> BadRows)
    {
        public int Count => Serials.Count + Types.Count;
    }
}

public enum SerialListName
{
    Stolen,
    Remarketed,
    Types,
}

/// <param name="Source">Whose list it is and of which day: what a reader would look for.</param>
/// <param name="IsRemoval">What is on this list is taken off: a thing was found again, a type was named wrongly.</param>
public sealed record SerialListChange(SerialListName List, string Source, string Csv, bool IsRemoval);

/// <param name="Good">Different entries that can be read.</param>
/// <param name="Known">Of these, on the list already.</param>
/// <param name="Twice">Lines that repeat one above.</param>
/// <param name="BadRows">Numbers of lines that are none.</param>
public sealed record SerialListPreview(int Good, int Known, int Twice, IReadOnlyList<int> BadRows, bool IsReadable);

public sealed record SerialListCounts(long Stolen, long Remarketed, long Types);

public sealed record SerialListEntry(string List, string Change, string Source, int Lines, int Changed, string DoneBy, DateTimeOffset DoneAt);
