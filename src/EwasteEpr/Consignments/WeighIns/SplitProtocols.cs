using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>What a mixed container holds: a sample sorted and weighed on a day, told in percents that add up to 100.</summary>
public sealed class SplitProtocols(Db db)
{
    public const int Whole = 10_000;

    // Until it is weighed in, and by the site that has it.
    private const string LockSql = """
        select b.number
          from consignment_containers x
          join consignments c on c.consignment_id = x.consignment_id
          join containers b on b.container_id = x.container_id
         where x.container_id = @container and x.released_at is null and x.weighed_at is null and b.category = 'mixed'
           and c.to_organisation_id = @organisation and c.state in ('Received', 'Discrepant')
           for update of x
        """;

    private const string ClearSql = "delete from split_protocols where container_id = @container";

    private const string InsertSql = """
        insert into split_protocols (container_id, category, made_on, sample_grams, percent)
        select @container, category, @day, @sample, percent / 100.0 from unnest(@categories, @percents) as x(category, percent)
        """;

    public Task<SplitOutcome> WriteAsync(NewSplit request, OrganisationId site, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var shares = request.Shares.Where(share => share.Percent != 0).ToList();
        if (shares.Sum(share => (long)share.Percent) != Whole || shares.Exists(share => share.Percent is < 0 or > Whole) || shares.DistinctBy(share => share.Category, StringComparer.Ordinal).Count() != shares.Count)
        {
            return Task.FromResult(SplitOutcome.NotHundred);
        }

        if (request.Sample.Grams <= 0)
        {
            return Task.FromResult(SplitOutcome.NoSample);
        }

        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<string>(LockSql, new { container = request.ContainerId, organisation = site }, ct) is not { } number)
            {
                return SplitOutcome.NotFound;
            }

            await transaction.ExecuteAsync(ClearSql, new { container = request.ContainerId }, ct);
            await transaction.ExecuteAsync(
                InsertSql, new { container = request.ContainerId, day = request.MadeOn, sample = request.Sample.Grams, categories = shares.Select(share => share.Category).ToArray(), percents = shares.Select(share => share.Percent).ToArray() }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("container.split", "container", number).With(new { sample = request.Sample.Grams, shares = shares.Select(share => $"{share.Category}:{share.Percent}") }), actor, ct);
            return SplitOutcome.Written;
        }, ct);
    }

    private const string FindSql = "select category, (percent * 100)::int as percent, made_on, sample_grams from split_protocols where container_id = @container order by category limit 10";

    public Task<IReadOnlyList<SplitRow>> FindAsync(Guid container, CancellationToken ct) => db.QueryAsync<SplitRow>(FindSql, new { container }, ct);
}

public enum SplitOutcome
{
    Written,
    NotFound,

    /// <summary>The percents do not add up to 100.</summary>
    NotHundred,
    NoSample,
}

public sealed record NewSplit(Guid ContainerId, DateOnly MadeOn, Weight Sample, IReadOnlyList<SplitShare> Shares);

public sealed record SplitRow(string Category, int Percent, DateOnly MadeOn, long SampleGrams);
