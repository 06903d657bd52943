using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>What an organisation says of itself before it offers: its director and its account, by which related parties are found and payments go.</summary>
public sealed class BidderService(Db db)
{
    private const string FindSql = "select director, iban from market_bidders where organisation_id = @organisation";

    public Task<BidderDetails?> FindAsync(OrganisationId organisation, CancellationToken ct) => db.QuerySingleOrDefaultAsync<BidderDetails>(FindSql, new { organisation }, ct);

    private const string TellSql = """
        with told as (
            insert into market_bidders (organisation_id, director, iban, told_by) values (@organisation, @Director, @Iban, @person)
            on conflict (organisation_id) do update set director = excluded.director, iban = excluded.iban, told_by = excluded.told_by, told_at = app.now()
            returning organisation_id
        )
        select audit.write(@actor::jsonb, 'market_bidder.told', 'organisation', t.organisation_id::text) from told t
        """;

    public Task TellAsync(OrganisationId organisation, BidderDetails details, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(details);
        ArgumentNullException.ThrowIfNull(actor);
        return db.QuerySingleAsync<Guid>(TellSql, new { organisation, details.Director, details.Iban, person = actor.UserId, actor = actor.ToJson() }, ct);
    }

    private const string SitesSql = """
        select e.site_id, s.number, s.name_kk, s.name_ru, e.left_grams
          from market_eligible e join market_lots l using (market_lot_id) join sites s on s.site_id = e.site_id
         where l.number = @number and e.organisation_id = @organisation
         order by s.number
         limit 50
        """;

    /// <summary>The organisation's sites that are certified for the lot and have room for it.</summary>
    public Task<IReadOnlyList<BidderSite>> SitesAsync(string number, OrganisationId organisation, CancellationToken ct) => db.QueryAsync<BidderSite>(SitesSql, new { number, organisation }, ct);

    /// <summary>Spaces and lower case are forgiven; ISO 13616: the number modulo 97 is 1.</summary>
    public static string? ReadIban(string? typed)
    {
        var iban = new string([.. (typed ?? "").Where(sign => !char.IsWhiteSpace(sign))]).ToUpperInvariant();
        if (iban.Length != 20 || !iban.StartsWith("KZ", StringComparison.Ordinal) || !iban.All(char.IsAsciiLetterOrDigit) || !char.IsAsciiDigit(iban[2]) || !char.IsAsciiDigit(iban[3]))
        {
            return null;
        }

        var rest = 0;
        foreach (var sign in iban[4..] + iban[..4])
        {
            rest = char.IsAsciiDigit(sign) ? ((rest * 10) + (sign - '0')) % 97 : ((rest * 100) + (sign - 'A' + 10)) % 97;
        }

        return rest == 1 ? iban : null;
    }
}

public sealed record BidderDetails(string Director, string Iban);

public sealed record BidderSite(Guid SiteId, string Number, string NameKk, string NameRu, long LeftGrams)
{
    public string Name(string language) => language == "ru" ? NameRu : NameKk;
}
