using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister.Register;

/// <summary>The registers that anybody may read: importers and producers, certified recyclers and refurbishers, points, merchants.</summary>
public sealed class PublicRegisterQueries(Db db)
{
    public const int PageSize = 50;
    public const int MostRows = 100_000;

    public static IReadOnlyList<string> Roles { get; } = ["Importer", "Producer", "Recycler", "Refurbisher", "Point", "Merchant"];

    // One order in both languages of the names: by name, then by what can be told apart. The cursor names the last entry, and its name is looked up.
    private const string ListSql = """
        with entries as (
            select r.*, lower(case when @isKazakh then r.name_kk else r.name_ru end) as sort_name from public_register r
        )
        select e.entry_id, e.role, e.slug, e.link, e.name_kk, e.name_ru, e.bin, e.region_kato, e.since, e.until, e.state
          from entries e
         where (@Role::text is null or e.role = @Role)
           and (@Region::text is null or e.region_kato = @Region)
           and (@text::text is null or e.bin = @digits or strpos(lower(e.name_kk), @text) > 0 or strpos(lower(e.name_ru), @text) > 0)
           and (@afterId::uuid is null or (e.sort_name, e.entry_id, e.role) > (select a.sort_name, a.entry_id, a.role from entries a where a.entry_id = @afterId and a.role = @afterRole))
         order by e.sort_name, e.entry_id, e.role
         limit @limit
        """;

    public Task<IReadOnlyList<RegisterEntry>> ListAsync(RegisterFilter filter, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<RegisterEntry>(ListSql, new { filter.Role, filter.Region, text = filter.Text?.ToLowerInvariant(), digits = filter.Digits, isKazakh = filter.Language == "kk", afterId = filter.After?.EntryId, afterRole = filter.After?.Role, limit }, ct);
    }

    private const string CountSql = """
        select r.role, count(*) as entries from public_register r
         where (@Region::text is null or r.region_kato = @Region)
           and (@text::text is null or r.bin = @digits or strpos(lower(r.name_kk), @text) > 0 or strpos(lower(r.name_ru), @text) > 0)
         group by r.role order by r.role
        """;

    /// <summary>How many entries of each kind the question finds, whatever kind is chosen.</summary>
    public Task<IReadOnlyList<RoleCount>> CountAsync(RegisterFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<RoleCount>(CountSql, new { filter.Region, text = filter.Text?.ToLowerInvariant(), digits = filter.Digits }, ct);
    }

    private const string OneSql = """
        select entry_id, role, slug, link, name_kk, name_ru, bin, region_kato, since, until, state from public_register
         where slug = @slug order by role, since desc, entry_id limit 500
        """;

    /// <summary>Everything one organisation stands in the registers as; empty where it stands in none.</summary>
    public Task<IReadOnlyList<RegisterEntry>> OfOrganisationAsync(string slug, CancellationToken ct) => db.QueryAsync<RegisterEntry>(OneSql, new { slug }, ct);

    private const string NamesSql = "select name_kk, name_ru, bin, region_kato from organisations where slug = @slug";

    /// <summary>The organisation itself; a point's entry carries the name of the point.</summary>
    public Task<PublicOrganisation?> OrganisationAsync(string slug, CancellationToken ct) => db.QuerySingleOrDefaultAsync<PublicOrganisation>(NamesSql, new { slug }, ct);
}

/// <param name="Text">Part of a name in either language, or a whole number.</param>
/// <param name="Language">Whose names the order follows.</param>
public sealed record RegisterFilter(string? Role, string? Region, string? Text, string Language, RegisterCursor? After = null)
{
    public string? Digits => Bin.Check(Text, out var bin) == BinCheck.Valid ? bin.Digits : null;
}

/// <summary>Where the next page begins.</summary>
public sealed record RegisterCursor(Guid EntryId, string Role)
{
    public static RegisterCursor? Parse(string? text) =>
        text?.Split('~') is [var id, var role] && Guid.TryParse(id, out var entry) && PublicRegisterQueries.Roles.Contains(role, StringComparer.Ordinal) ? new RegisterCursor(entry, role) : null;

    public override string ToString() => $"{EntryId}~{Role}";
}

/// <param name="Link">Number of the certification, or slug of the point.</param>
/// <param name="Bin">None for a sole trader.</param>
/// <param name="State">Registered, Certified, Future, Expired, Suspended, Withdrawn, or how a point stands today.</param>
public sealed record RegisterEntry(
    Guid EntryId, string Role, string Slug, string? Link, string NameKk, string NameRu, string? Bin, string RegionKato, DateOnly? Since, DateOnly? Until, string State)
{
    public RegisterCursor Cursor => new(EntryId, Role);

    public bool Holds => State is "Registered" or "Certified" or "Open" or "Full";

    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

public sealed record RoleCount(string Role, long Entries);

public sealed record PublicOrganisation(string NameKk, string NameRu, string? Bin, string RegionKato)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}
