using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using Npgsql;

namespace EwasteEpr.Organisations;

/// <summary>Organisations join with a number that is checked, and are found by an opaque slug; a sole trader's number is never shown.</summary>
public sealed class OrganisationService(Db db, Secrets secrets, Outbox outbox)
{
    private const string NumberPurpose = "organisation-number";
    private const int SlugLength = 10;

    private const string InsertSql = """
        with organisation as (
            insert into organisations (slug, kind, bin, iin_sealed, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            values (@slug, @kind, @bin, @iinSealed, @numberHash, @NameKk, @NameRu, @RegionKato, @Address, @ContactName, @ContactEmail, @ContactPhone, @activities)
            on conflict on constraint organisation_joined_once do nothing
            returning organisation_id
        )
        insert into memberships (organisation_id, person_id, roles)
        select organisation_id, @founder, @roles from organisation
        returning organisation_id
        """;

    /// <summary>The person who joins an organisation becomes its first owner. A number that is here already is not taken over.</summary>
    public async Task<JoinOutcome> JoinAsync(NewOrganisation organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(organisation);
        ArgumentNullException.ThrowIfNull(actor);
        var isCompany = organisation.Number.IsOrganisation;
        var slug = NewSlug();
        var founder = actor.UserId ?? throw new ArgumentException("Somebody joins an organisation.", nameof(actor));
        return await db.InTransactionAsync<JoinOutcome>(async transaction =>
        {
            var id = await transaction.QuerySingleOrDefaultAsync<OrganisationId?>(InsertSql, new
            {
                slug,
                kind = isCompany ? "company" : "sole_trader",
                bin = isCompany ? organisation.Number.Digits : null,
                iinSealed = isCompany ? null : SealNumber(organisation.Number),
                numberHash = NumberHash(organisation.Number),
                organisation.NameKk,
                organisation.NameRu,
                organisation.RegionKato,
                organisation.Address,
                organisation.ContactName,
                organisation.ContactEmail,
                organisation.ContactPhone,
                activities = organisation.Activities.ToArray(),
                founder,
                roles = OrganisationRole.Founder.ToArray(),
            }, ct);
            if (id is not { } joined)
            {
                return new JoinOutcome.AlreadyHere();
            }

            var entry = new AuditEntry("organisation.joined", "organisation", slug).With(new { organisation.Activities, region = organisation.RegionKato });
            await AuditTrail.WriteAsync(transaction, entry, actor with { OrganisationId = joined.Value, Role = OrganisationRole.Owner }, ct);
            return new JoinOutcome.Joined(joined, slug);
        }, ct);
    }

    private const string OwnersSql = """
        select p.email, p.language, o.name_kk, o.name_ru
          from organisations o
          join memberships m on m.organisation_id = o.organisation_id and 'owner' = any(m.roles)
          join people p on p.person_id = m.person_id
         where o.number_hash = @numberHash
         order by m.joined_at, p.person_id
         limit 5
        """;

    /// <summary>Asks the owners of an organisation that is here already for an invitation. Tells the asker nothing about them.</summary>
    public async Task AskToBeInvitedAsync(Bin number, Func<OwnerAddress, Letter> letterFor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(letterFor);
        foreach (var owner in await db.QueryAsync<OwnerAddress>(OwnersSql, new { numberHash = NumberHash(number) }, ct))
        {
            await outbox.WriteAsync(letterFor(owner), ct);
        }
    }

    private const string AccessSql = """
        select o.organisation_id, o.slug, o.name_kk, o.name_ru, o.kind, o.activities, o.region_kato, m.roles
          from organisations o
          join memberships m on m.organisation_id = o.organisation_id
         where o.slug = @slug and m.person_id = @person
        """;

    /// <summary>What a person may do in the organisation of a slug; null for an organisation that is not theirs, as for one that is not there.</summary>
    public Task<OrganisationAccess?> AccessAsync(string slug, PersonId person, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<OrganisationAccess>(AccessSql, new { slug, person }, ct);

    private const string OfPersonSql = """
        select o.organisation_id, o.slug, o.name_kk, o.name_ru, o.kind, o.activities, o.region_kato, m.roles
          from memberships m
          join organisations o on o.organisation_id = m.organisation_id
         where m.person_id = @person
         order by o.name_ru collate "ru-x-icu", o.organisation_id
         limit 200
        """;

    public Task<IReadOnlyList<OrganisationAccess>> OfPersonAsync(PersonId person, CancellationToken ct) =>
        db.QueryAsync<OrganisationAccess>(OfPersonSql, new { person }, ct);

    private const string DetailsSql = """
        select o.organisation_id, o.slug, o.kind, o.bin, o.name_kk, o.name_ru, o.region_kato, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en,
               o.address, o.contact_name, o.contact_email, o.contact_phone, o.activities, o.created_at
          from organisations o
          join regions r on r.kato = o.region_kato
         where o.organisation_id = @id
        """;

    public Task<OrganisationDetails?> DetailsAsync(OrganisationId id, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<OrganisationDetails>(DetailsSql, new { id }, ct);

    private const string NumberSql = "select coalesce(bin, '') as bin, iin_sealed from organisations where organisation_id = @id";

    /// <summary>The number for a legal document of the organisation itself: the BIN, or a sole trader's IIN. Never for lists, pages of others or URLs.</summary>
    public async Task<Bin> NumberForDocumentAsync(OrganisationId id, CancellationToken ct)
    {
        var row = await db.QuerySingleAsync<NumberRow>(NumberSql, new { id }, ct);
        return Bin.Parse(row.IinSealed is { } box ? secrets.OpenText(NumberPurpose, box) : row.Bin);
    }

    private const string RegionsSql = "select kato, name_kk, name_ru, name_en from regions order by kato limit 100";

    public Task<IReadOnlyList<Region>> RegionsAsync(CancellationToken ct) => db.QueryAsync<Region>(RegionsSql, null, ct);

    internal byte[] NumberHash(Bin number) => secrets.Hash(NumberPurpose, number.Digits);

    internal byte[] SealNumber(Bin number) => secrets.Seal(NumberPurpose, number.Digits);

    private static string NewSlug() => Crockford.Random(SlugLength).ToLowerInvariant();

    private sealed record NumberRow(string Bin, byte[]? IinSealed);
}

/// <summary>What is asked when an organisation joins; its kind follows from the number.</summary>
public sealed record NewOrganisation(
    Bin Number, string NameKk, string NameRu, string RegionKato, string Address,
    string ContactName, string ContactEmail, string ContactPhone, IReadOnlyList<string> Activities);

public abstract record JoinOutcome
{
    private JoinOutcome()
    {
    }

    public sealed record Joined(OrganisationId Id, string Slug) : JoinOutcome;

    /// <summary>The number is here; whose it is stays with them.</summary>
    public sealed record AlreadyHere : JoinOutcome;
}

/// <summary>An organisation as one of its members sees it, with that member's roles.</summary>
public sealed record OrganisationAccess(
    OrganisationId OrganisationId, string Slug, string NameKk, string NameRu, string Kind, string[] Activities, string RegionKato, string[] Roles)
{
    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public bool Does(string activity) => Activities.Contains(activity, StringComparer.Ordinal);

    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <param name="Bin">A company's number; none for a sole trader, whose number is personal data.</param>
public sealed record OrganisationDetails(
    OrganisationId OrganisationId, string Slug, string Kind, string? Bin, string NameKk, string NameRu, string RegionKato, string RegionKk, string RegionRu, string RegionEn,
    string Address, string ContactName, string ContactEmail, string ContactPhone, string[] Activities, DateTimeOffset CreatedAt)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    public string Region(string language) => language switch { "kk" => RegionKk, "ru" => RegionRu, _ => RegionEn };
}

public sealed record OwnerAddress(string Email, string Language, string NameKk, string NameRu);

public sealed record Region(string Kato, string NameKk, string NameRu, string NameEn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}
