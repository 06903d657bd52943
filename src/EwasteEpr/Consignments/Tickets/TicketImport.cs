using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Audit;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Consignments.Tickets;

/// <summary>Tickets of a weighbridge: kept as they came, rehearsed by the rules of the weigh-in, and only then applied.</summary>
public sealed class TicketImport(Db db)
{
    private const string KeepSql = """
        insert into ticket_files (ticket_file_id, site_id, organisation_id, sha256, content, uploaded_by)
        select uuidv7(), s.site_id, s.organisation_id, @sha256, @content, @person from sites s where s.site_id = @site and s.organisation_id = @organisation and s.closed_on is null
        returning ticket_file_id
        """;

    /// <returns>None for another organisation's site.</returns>
    public Task<Guid?> KeepAsync(Guid site, OrganisationId organisation, string content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            var id = await transaction.QuerySingleOrDefaultAsync<Guid?>(KeepSql, new { site, organisation, content, sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(content)), person = actor.UserId }, ct);
            if (id is { } kept)
            {
                await AuditTrail.WriteAsync(transaction, new AuditEntry("tickets.uploaded", "ticket_file", kept.ToString("D")), actor, ct);
            }

            return id;
        }, ct);
    }

    private const string FindSql = """
        select f.ticket_file_id, f.site_id, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, f.content, f.uploaded_at, f.applied_at
          from ticket_files f join sites s using (site_id)
         where f.ticket_file_id = @id and f.organisation_id = @organisation
        """;

    /// <summary>Every line with what would become of it; nothing is written.</summary>
    public async Task<TicketPreview?> PreviewAsync(Guid id, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<TicketFile>(FindSql, new { id, organisation }, ct) is not { } file)
        {
            return null;
        }

        var lines = TicketTable.Read(file.Content);
        var rows = lines is null ? null : await db.RehearseAsync(transaction => WeighAsync(transaction, file, lines, organisation, actor, ct), ct);
        return new TicketPreview(file, rows);
    }

    private const string LockSql = FindSql + " for update of f";

    private const string AppliedSql = "update ticket_files set applied_at = app.now() where ticket_file_id = @id";

    /// <param name="seen">The preview that the reader looked at: another outcome of any line refuses the whole.</param>
    public async Task<ApplyOutcome> ApplyAsync(Guid id, OrganisationId organisation, string seen, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => ApplyAsync(transaction, id, organisation, seen, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "weigh_in_ticket_once")
        {
            return new ApplyOutcome.Stale();
        }
    }

    private static async Task<ApplyOutcome> ApplyAsync(DbTransaction transaction, Guid id, OrganisationId organisation, string seen, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<TicketFile>(LockSql, new { id, organisation }, ct) is not { } file)
        {
            return new ApplyOutcome.NotFound();
        }

        if (file.AppliedAt is not null)
        {
            return new ApplyOutcome.Already();
        }

        await transaction.ExecuteAsync("savepoint unwritten", null, ct);
        var preview = new TicketPreview(file, TicketTable.Read(file.Content) is { } lines ? await WeighAsync(transaction, file, lines, organisation, actor, ct) : null);
        if (preview.Rows is null || preview.Seen != seen || preview.Ready == 0)
        {
            await transaction.ExecuteAsync("rollback to savepoint unwritten", null, ct);
            return new ApplyOutcome.Stale();
        }

        await transaction.ExecuteAsync(AppliedSql, new { id }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("tickets.applied", "ticket_file", id.ToString("D")).With(new { weighed = preview.Ready, left = preview.Rows.Count - preview.Ready }), actor, ct);
        return new ApplyOutcome.Applied(preview.Ready, preview.Rows.Count - preview.Ready);
    }

    private static async Task<IReadOnlyList<TicketRow>> WeighAsync(DbTransaction transaction, TicketFile file, IReadOnlyList<TicketLine> lines, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        var found = (await RoadContainers.FindAsync(transaction, [.. lines.Select(line => line.Container)], organisation, file.SiteId, ct)).ToDictionary(one => one.Number, StringComparer.Ordinal);
        var rows = new List<TicketRow>();
        foreach (var line in lines)
        {
            var container = found.GetValueOrDefault(line.Container);
            rows.Add(line.Gross is not { } gross ? new TicketRow(line, container, TicketState.Unreadable)
                : container is null ? new TicketRow(line, null, TicketState.Unknown)
                : Of(line, container, await WeighInService.WeighAsync(transaction, new NewWeighIn(container.ContainerId, gross, line.Tare, line.Packaging, line.Scale, line.Counted, line.Ticket, IsConfirmed: false), organisation, actor, ct)));
        }

        return rows;
    }

    private static TicketRow Of(TicketLine line, RoadContainer container, WeighInOutcome outcome) => outcome switch
    {
        WeighInOutcome.Weighed done => new TicketRow(line, container, TicketState.Ready) { Net = done.Net, GapGrams = done.GapGrams, IsVerified = done.IsVerified, IsDiscrepant = done.IsDiscrepant },
        WeighInOutcome.Already same => new TicketRow(line, container, same.IsSame ? TicketState.Done : TicketState.OtherMass),
        WeighInOutcome.NeedsConfirmation gap => new TicketRow(line, container, TicketState.OutOfTolerance) { Net = gap.Net, GapGrams = gap.GapGrams },
        WeighInOutcome.NotCertified => new TicketRow(line, container, TicketState.NotCertified),
        WeighInOutcome.NotReceived => new TicketRow(line, container, TicketState.NotReceived),
        WeighInOutcome.NeedsSplit => new TicketRow(line, container, TicketState.NeedsSplit),
        WeighInOutcome.NeedsCount => new TicketRow(line, container, TicketState.NeedsCount),
        WeighInOutcome.TicketTaken => new TicketRow(line, container, TicketState.TicketTaken),
        WeighInOutcome.BadWeight => new TicketRow(line, container, TicketState.BadWeight),
        _ => new TicketRow(line, container, TicketState.Unknown),
    };

    private const string ListSql = """
        select f.ticket_file_id, f.site_id, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, '' as content, f.uploaded_at, f.applied_at
          from ticket_files f join sites s using (site_id)
         where f.organisation_id = @organisation
         order by f.ticket_file_id desc limit 30
        """;

    public Task<IReadOnlyList<TicketFile>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<TicketFile>(ListSql, new { organisation }, ct);
}
