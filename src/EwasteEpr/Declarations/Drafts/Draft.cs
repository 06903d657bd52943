using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>A draft that is ours to change until the transaction ends.</summary>
/// <param name="Revision">The revision that this change makes.</param>
internal sealed record Draft(
    Guid DeclarationId,
    Guid OrganisationId,
    string Number,
    DeclarationKind Kind,
    DateOnly? PeriodFrom,
    DateOnly? PeriodUntil,
    int Version,
    long Revision,
    DateOnly Today);

/// <summary>Why there is no draft to change.</summary>
internal abstract record DraftRefusal
{
    private DraftRefusal()
    {
    }

    public sealed record NotFound : DraftRefusal;

    public sealed record NoDraft(DeclarationState State) : DraftRefusal;

    public sealed record Busy(Guid UploadId) : DraftRefusal;
}

/// <summary>The one door to a draft: every change takes the declaration's row and moves its revision, so changes and submission follow one another.</summary>
internal static class DraftLock
{
    private const string TakeSql = """
        update declarations
           set draft_revision = draft_revision + 1, updated_at = app.now(), updated_by = @person
         where organisation_id = @organisation and number = @number and draft_version is not null and busy_upload_id is null
        returning declaration_id, organisation_id, number, kind, period_from, period_until, draft_version as version, draft_revision as revision, app.today() as today
        """;

    private const string WhySql = """
        select state, draft_version, busy_upload_id
          from declarations
         where organisation_id = @organisation and number = @number
        """;

    public static async Task<(Draft? Draft, DraftRefusal? Refusal)> TakeAsync(DbTransaction transaction, DeclarationKey key, Actor actor, CancellationToken ct)
    {
        var parameters = new { organisation = key.Organisation, number = key.Number, person = actor.UserId };
        return await transaction.QuerySingleOrDefaultAsync<Draft>(TakeSql, parameters, ct) is { } draft
            ? (draft, null)
            : (null, Why(await transaction.QuerySingleOrDefaultAsync<WhyRow>(WhySql, parameters, ct)));
    }

    private static DraftRefusal Why(WhyRow? row) => row switch
    {
        null => new DraftRefusal.NotFound(),
        { DraftVersion: not null, BusyUploadId: { } upload } => new DraftRefusal.Busy(upload),
        _ => new DraftRefusal.NoDraft(row.State),
    };

    private sealed record WhyRow(DeclarationState State, int? DraftVersion, Guid? BusyUploadId);
}
