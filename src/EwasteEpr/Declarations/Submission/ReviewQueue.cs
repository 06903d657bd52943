using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Submission;

/// <summary>Submitted declarations of all organisations, or of the regions that a person reads: for the operator and for inspectors.</summary>
public sealed class ReviewQueue(Db db)
{
    private const string ListSql = """
        select d.declaration_id, d.number, d.kind, d.period_from, d.period_until, d.document_no, d.state, v.version, v.lines, v.mass_grams, v.fee_tiyn, v.submitted_at,
               o.name_kk, o.name_ru, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en,
               (select count(*) from row_problems p where p.declaration_id = d.declaration_id and p.version = v.version)::int as warnings
          from declarations d
          join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.current_version
          join organisations o on o.organisation_id = d.organisation_id
          join regions r on r.kato = o.region_kato
         where (@regions::text[] is null or o.region_kato = any(@regions))
           and (@state::text is null or d.state = @state)
           and (@kind::text is null or d.kind = @kind)
           and (@text::text is null or strpos(upper(d.number), upper(@text)) > 0 or strpos(upper(o.name_ru || ' ' || o.name_kk), upper(@text)) > 0 or strpos(d.document_key, upper(regexp_replace(@text, '\s', '', 'g'))) > 0)
           and (@after::uuid is null or d.declaration_id < @after)
         order by d.declaration_id desc
         limit @limit
        """;

    /// <param name="regions">KATO codes, or none for the whole country.</param>
    public async Task<Page<ReviewRow, Guid>> ListAsync(DeclarationFilter filter, IReadOnlyList<string>? regions, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var size = PageSizes.Of(filter.PageSize);
        var rows = await db.QueryAsync<ReviewRow>(
            ListSql,
            new
            {
                regions = regions?.ToArray(),
                state = filter.State?.ToString(),
                kind = filter.Kind?.ToString(),
                text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim(),
                after = filter.After,
                limit = size + 1,
            },
            ct);
        return PageSizes.Cut(rows, size, row => row.DeclarationId);
    }

    private const string CountSql = """
        select d.state, count(*)::int as declarations, coalesce(sum(v.mass_grams), 0)::bigint as mass_grams, coalesce(sum(v.fee_tiyn), 0)::bigint as fee_tiyn
          from declarations d
          join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.current_version
          join organisations o on o.organisation_id = d.organisation_id
         where @regions::text[] is null or o.region_kato = any(@regions)
         group by d.state
         order by d.state
         limit 10
        """;

    public Task<IReadOnlyList<ReviewCount>> CountAsync(IReadOnlyList<string>? regions, CancellationToken ct) =>
        db.QueryAsync<ReviewCount>(CountSql, new { regions = regions?.ToArray() }, ct);

    private const string FindSql = """
        select d.organisation_id, o.name_kk, o.name_ru, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en
          from declarations d
          join organisations o on o.organisation_id = d.organisation_id
          join regions r on r.kato = o.region_kato
         where d.number = @number and d.current_version is not null and (@regions::text[] is null or o.region_kato = any(@regions))
        """;

    /// <returns>Whose declaration it is; none where nothing was submitted or the region is not the reader's.</returns>
    public Task<ReviewedOrganisation?> FindAsync(string number, IReadOnlyList<string>? regions, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<ReviewedOrganisation>(FindSql, new { number, regions = regions?.ToArray() }, ct);
}

public sealed record ReviewRow(
    Guid DeclarationId, string Number, DeclarationKind Kind, DateOnly? PeriodFrom, DateOnly? PeriodUntil, string? DocumentNo, DeclarationState State, int Version,
    int Lines, long MassGrams, long FeeTiyn, DateTimeOffset SubmittedAt, string NameKk, string NameRu, string RegionKk, string RegionRu, string RegionEn, int Warnings)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    public string Region(string language) => language switch { "kk" => RegionKk, "ru" => RegionRu, _ => RegionEn };
}

public sealed record ReviewCount(DeclarationState State, int Declarations, long MassGrams, long FeeTiyn);

public sealed record ReviewedOrganisation(Guid OrganisationId, string NameKk, string NameRu, string RegionKk, string RegionRu, string RegionEn)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    public string Region(string language) => language switch { "kk" => RegionKk, "ru" => RegionRu, _ => RegionEn };
}
