using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Obligations;

/// <summary>Obligations to look at: by year for the operator, of its own organisation for the importer.</summary>
public sealed class ObligationQueries(Db db)
{
    private const string RunsSql = """
        select r.run_id, r.year, r.category, r.basis, r.share_percent, r.total_kg, r.reference_year, r.act, r.all_grams, r.state, r.proposed_by, p.name as proposer, r.proposed_at, d.name as decider, r.decided_at
          from reconciliation.obligation_runs r
          join people p on p.person_id = r.proposed_by
          left join people d on d.person_id = r.decided_by
         where r.year = @year and r.state in ('Proposed', 'Published')
         order by r.category, r.state, r.run_id
         limit 200
        """;

    public Task<IReadOnlyList<RunRow>> RunsAsync(int year, CancellationToken ct) => db.QueryAsync<RunRow>(RunsSql, new { year }, ct);

    private const string SharesSql = """
        select s.run_id, r.year, r.category, r.basis, r.share_percent, r.total_kg, r.reference_year, r.act, r.state, s.position, s.organisation_id, o.slug, o.name_kk, o.name_ru, s.base_year, s.base_grams, s.days, s.kg,
               e.grams as evidence_grams, reconciliation.evidence_known() as is_evidence_known
          from reconciliation.obligation_shares s
          join reconciliation.obligation_runs r using (run_id)
          left join organisations o on o.organisation_id = s.organisation_id
          left join reconciliation.evidence_received(@year) e on e.organisation_id = s.organisation_id and e.category = r.category
         where r.year = @year and r.state in ('Proposed', 'Published') and (@organisation::uuid is null or s.organisation_id = @organisation and r.state = 'Published')
         order by r.category, r.state, s.run_id, s.position
         limit 2000
        """;

    public Task<IReadOnlyList<ShareRow>> SharesAsync(int year, CancellationToken ct) => db.QueryAsync<ShareRow>(SharesSql, new { year, organisation = (Guid?)null }, ct);

    /// <summary>In force, and of this organisation only.</summary>
    public Task<IReadOnlyList<ShareRow>> OwnAsync(OrganisationId organisation, int year, CancellationToken ct) => db.QueryAsync<ShareRow>(SharesSql, new { year, organisation = (Guid?)organisation.Value }, ct);

    private const string MembersSql = """
        select m.own_system_id, o.slug, o.name_kk, o.name_ru, m.from_on, m.until_on, m.document,
               coalesce((select string_agg(l.name_ru || ' (' || array_to_string(k.traits, ', ') || ')', '; ' order by l.name_ru)
                           from reconciliation.linked_organisations k join organisations l on l.organisation_id = k.linked_id where k.organisation_id = m.organisation_id), '') as linked
          from reconciliation.own_systems m join organisations o using (organisation_id)
         where @organisation::uuid is null or m.organisation_id = @organisation
         order by o.name_ru, m.from_on
         limit 500
        """;

    public Task<IReadOnlyList<OwnSystemRow>> MembersAsync(OrganisationId? organisation, CancellationToken ct) => db.QueryAsync<OwnSystemRow>(MembersSql, new { organisation = organisation?.Value }, ct);

    private const string PlacedSql = "select category, grams from reconciliation.placed_by_organisation where organisation_id = @organisation and year = @year order by category";

    public Task<IReadOnlyList<OwnPlaced>> PlacedAsync(OrganisationId organisation, int year, CancellationToken ct) => db.QueryAsync<OwnPlaced>(PlacedSql, new { organisation, year }, ct);
}

public sealed record RunRow(
    Guid RunId, int Year, string Category, string Basis, decimal? SharePercent, long TotalKg, int ReferenceYear, string Act, long AllGrams, string State, Guid ProposedBy, string Proposer, DateTimeOffset ProposedAt, string? Decider, DateTimeOffset? DecidedAt);

/// <param name="OrganisationId">None: the operator, for those who pay.</param>
/// <param name="EvidenceGrams">Approved notes of the same year and category; none where there are none.</param>
public sealed record ShareRow(
    Guid RunId, int Year, string Category, string Basis, decimal? SharePercent, long TotalKg, int ReferenceYear, string Act, string State, int Position, Guid? OrganisationId, string? Slug, string? NameKk, string? NameRu, int BaseYear, long BaseGrams,
    int Days, long Kg, long? EvidenceGrams, bool IsEvidenceKnown)
{
    /// <summary>What is missing; none while nothing is known of evidence.</summary>
    public long? ShortfallGrams => IsEvidenceKnown ? Math.Max(0, (Kg * 1000) - (EvidenceGrams ?? 0)) : null;

    public string? Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <param name="Linked">Organisations with the same address, telephone or contact, as a sentence; empty where there are none.</param>
public sealed record OwnSystemRow(Guid OwnSystemId, string Slug, string NameKk, string NameRu, DateOnly FromOn, DateOnly? UntilOn, string Document, string Linked)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

public sealed record OwnPlaced(string Category, long Grams);
