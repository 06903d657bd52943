using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>Containers by the number on their label, as a weighbridge knows them.</summary>
public static class RoadContainers
{
    // The one on its way or just arrived; of one that was weighed in before, the last time: the same ticket sent again is answered, not refused.
    private const string FindSql = """
        select distinct on (b.number) b.number, b.container_id, c.number as consignment
          from containers b
          join consignment_containers x on x.container_id = b.container_id and x.released_at is null
          join consignments c on c.consignment_id = x.consignment_id
         where b.number = any (@numbers) and c.to_organisation_id = @organisation and (@site::uuid is null or c.to_site_id = @site)
         order by b.number, c.prepared_at desc
         limit 1000
        """;

    /// <param name="site">None: any site of the organisation.</param>
    public static Task<IReadOnlyList<RoadContainer>> FindAsync(DbTransaction transaction, IReadOnlyList<string> numbers, OrganisationId organisation, Guid? site, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(numbers);
        return transaction.QueryAsync<RoadContainer>(FindSql, new { numbers = numbers.ToArray(), organisation, site }, ct);
    }
}

public sealed record RoadContainer(string Number, Guid ContainerId, string Consignment);
