using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>What was done in an organisation, or by an agent on its behalf, newest first, as its members may read it.</summary>
public sealed class ActivityLog(Db db)
{
    public const int PageSize = 50;

    private const string ListSql = """
        select e.entry_id, e.at, e.action, e.object_type, e.object_id, e.role, p.name as person
          from audit.entries e
          left join people p on p.person_id = e.user_id
         where (e.organisation_id = @organisation or e.on_behalf_of_id = @organisation) and (@before::uuid is null or e.entry_id < @before)
         order by e.entry_id desc
         limit 50
        """;

    public Task<IReadOnlyList<ActivityRow>> OfOrganisationAsync(OrganisationId organisation, Guid? before, CancellationToken ct) =>
        db.QueryAsync<ActivityRow>(ListSql, new { organisation, before }, ct);
}

/// <param name="Person">None when a key or a job did it; the role says which.</param>
public sealed record ActivityRow(Guid EntryId, DateTimeOffset At, string Action, string ObjectType, string ObjectId, string Role, string? Person);
