using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>What the three rooms of evidence share: a note's page, its paper, its list as a file.</summary>
public sealed class EvidenceDesk(EvidenceQueries queries, SiteAddress address, IStringLocalizer<EvidenceText> text)
{
    public const int PageRows = 50;
    private const int MostRows = 10_000;

    /// <param name="http">A request that a policy let in.</param>
    /// <param name="scope">Which note, and of whose.</param>
    /// <param name="room">Where it is shown.</param>
    public async Task<NotePage?> NoteAsync(HttpContext http, NoteFilter scope, EvidenceRoom room, string? said, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(scope);
        if (await queries.FindAsync(scope, ct) is not { } details)
        {
            return null;
        }

        var me = http.Person().PersonId.Value;
        var access = room == EvidenceRoom.Operator ? null : http.Organisation();
        var note = details.Note;
        var mayTransfer = note.State == nameof(EvidenceState.Approved) && note.Payer != nameof(GramPayer.FeeFund)
            && (room == EvidenceRoom.Operator ? http.User.HasClaim(PersonClaims.Platform, PlatformRole.OperatorApprover) : room == EvidenceRoom.Holder && access!.Has(OrganisationRole.Signatory));
        var may = new NoteMay(
            Submit: room == EvidenceRoom.Recycler && note.State == nameof(EvidenceState.Draft) && access!.Has(OrganisationRole.Preparer),
            Decide: room == EvidenceRoom.Recycler && note.State == nameof(EvidenceState.Submitted) && access!.Has(OrganisationRole.Signatory),
            Void: room == EvidenceRoom.Operator && note.State == nameof(EvidenceState.Approved) && http.User.HasClaim(PersonClaims.Platform, PlatformRole.OperatorApprover),
            Transfer: mayTransfer);
        return new NotePage(
            details, room, Home(http, room), me, scope.Holder?.Value, await queries.SourcesAsync(note.NoteId, ct), may.Transfer ? await queries.HoldersAsync(ct) : [], may, said);
    }

    /// <summary>An approved or void note has a paper; a draft has none.</summary>
    public async Task<IActionResult> PaperAsync(HttpContext http, NoteFilter scope, EvidenceRoom room, bool asPage, CancellationToken ct) =>
        await queries.FindAsync(scope, ct) is { Note.Code: { } code } details
            ? new PaperResult(
                new Paper("/Features/Evidence/NotePrint.cshtml", new NotePaper(details), text["Paper.Title", details.Note.Number], details.Note.Number)
                {
                    VerifyAddress = address.Of(http, "kk", "verify/" + CheckedCode.Show(code)), BackAddress = $"{Home(http, room)}/{details.Note.Number}",
                },
                asPage)
            : new NotFoundResult();

    public async Task<IActionResult> CsvAsync(NoteFilter scope, CancellationToken ct) => new CsvFile(
        "evidence.csv", ["number", "state", "recycler", "site", "category", "year", "payer", "recipient", "mass_kg", "prepared_at", "approved_at", "code", "reason"],
        (await queries.ListAsync(scope with { Limit = MostRows }, ct)).Select(row => new object?[]
        {
            row.Number, row.State, row.RecyclerRu, row.SiteNumber, row.Category, row.Year, row.Payer, row.RecipientRu ?? "operator", row.Grams / 1000m, row.PreparedAt, row.ApprovedAt,
            row.Code is { } code ? CheckedCode.Show(code) : null, row.Reason,
        }));

    public static string Home(HttpContext http, EvidenceRoom room)
    {
        ArgumentNullException.ThrowIfNull(http);
        return room switch
        {
            EvidenceRoom.Operator => $"/{Culture.CurrentCode}/operator/evidence",
            EvidenceRoom.Holder => $"/{Culture.CurrentCode}/org/{http.Organisation().Slug}/evidence/received",
            _ => $"/{Culture.CurrentCode}/org/{http.Organisation().Slug}/evidence",
        };
    }
}
