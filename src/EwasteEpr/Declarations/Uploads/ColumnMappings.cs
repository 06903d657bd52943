using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>What an organisation's own column names mean, remembered from the last time it said so.</summary>
internal static class ColumnMappings
{
    private const string ReadSql = """
        select header_key, column_name
          from column_mappings
         where organisation_id = @organisation and column_name is not null
         order by header_key
         limit 1000
        """;

    private const string RememberSql = """
        insert into column_mappings (organisation_id, header_key, column_name)
        select distinct on (name) @organisation, name, nullif(means, '')
          from unnest(@names::text[], @means::text[]) as said (name, means)
         order by name
        on conflict (organisation_id, header_key) do update set column_name = excluded.column_name, used_at = app.now()
        """;

    public static async Task<IReadOnlyDictionary<string, Column>> ReadAsync(Db db, OrganisationId organisation, CancellationToken ct)
    {
        var known = new Dictionary<string, Column>(NameComparer.Instance);
        foreach (var row in await db.QueryAsync<MappingRow>(ReadSql, new { organisation }, ct))
        {
            if (Columns.TryParse(row.ColumnName, out var column))
            {
                known.Add(row.HeaderKey, column);
            }
        }

        return known;
    }

    public static Task RememberAsync(DbTransaction transaction, OrganisationId organisation, IReadOnlyList<NamedColumn> columns, CancellationToken ct)
    {
        var named = columns.Select(column => (Name: Key(column.Name), column.Means)).Where(column => column.Name.Length > 0).ToList();
        return transaction.ExecuteAsync(
            RememberSql,
            new { organisation, names = named.Select(column => column.Name).ToArray(), means = named.Select(column => column.Means is { } means ? Columns.Code(means) : "").ToArray() },
            ct);
    }

    private static string Key(string name)
    {
        var normalised = ColumnNames.Normalised(name);
        return normalised.Length > 200 ? normalised[..200] : normalised;
    }

    /// <summary>Names are the same when they read the same: case, spaces and look-alike letters do not matter.</summary>
    private sealed class NameComparer : IEqualityComparer<string>
    {
        public static readonly NameComparer Instance = new();

        public bool Equals(string? x, string? y) => string.Equals(Key(x ?? ""), Key(y ?? ""), StringComparison.Ordinal);

        public int GetHashCode(string obj) => StringComparer.Ordinal.GetHashCode(Key(obj));
    }

    private sealed record MappingRow(string HeaderKey, string ColumnName);
}
