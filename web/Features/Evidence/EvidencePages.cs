using EwasteEpr.Evidence;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Evidence;

/// <summary>Whose room a page of evidence stands in: it decides the bar, the addresses and what may be done.</summary>
public enum EvidenceRoom
{
    Recycler,
    Holder,
    Operator,
}

public sealed record BalancePage(OrganisationAccess Access, IReadOnlyList<WasteBalance> Balances, IReadOnlyList<NoteRow> Notes, Guid? Next, EvidenceState? State);

public sealed record NewNotePage(OrganisationAccess Access, WasteBalance Balance, IReadOnlyList<HolderChoice> Holders, NewNoteForm Form);

/// <param name="Home">The list that the note stands in.</param>
/// <param name="Me">The person who looks.</param>
/// <param name="Holder">Whose holding may be passed on from here; none: the operator's.</param>
public sealed record NotePage(NoteDetails Details, EvidenceRoom Room, string Home, Guid Me, Guid? Holder, IReadOnlyList<NoteSource> Sources, IReadOnlyList<HolderChoice> Holders, NoteMay May, string? Said)
{
    public NoteRow Note => Details.Note;

    public long HeldGrams => Details.Holdings.Where(holding => holding.HolderId == Holder).Sum(holding => holding.Grams);
}

/// <summary>What this person may do here; who else can is said by the page.</summary>
public sealed record NoteMay(bool Submit, bool Decide, bool Void, bool Transfer);

public sealed record ReceivedPage(OrganisationAccess Access, IReadOnlyList<HeldRow> Held, IReadOnlyList<NoteRow> Notes, IReadOnlyList<NoteTransfer> Transfers, bool MayAnswer, string? Said);

public sealed record OperatorEvidencePage(IReadOnlyList<WasteBalance> Balances, IReadOnlyList<NoteRow> Notes, Guid? Next, EvidenceState? State);

public sealed record PayerChangesPage(IReadOnlyList<PayerChangeRow> Rows, IReadOnlyList<WasteBalance> Balances, IReadOnlyList<HolderChoice> Holders, PayerChangeForm Form, Guid Me, string? Said);

public sealed record MonthlyPage(OrganisationAccess? Access, IReadOnlyList<MonthRow> Rows, string CsvAddress);

/// <param name="Cells">By payer and category, as the public may see them; '*' are the sums.</param>
public sealed record OneGramPage(IReadOnlyList<PublicCell> Cells, OneGramFigures Figures)
{
    public PublicCell? Of(string category, string payer) => Cells.FirstOrDefault(cell => cell.Measure == EwasteEpr.Reconciliation.Matrix.Measure.AtRecyclers && cell.Category == category && cell.Region == payer);
}

/// <summary>For the paper, which has both state languages.</summary>
public sealed record NotePaper(NoteDetails Details)
{
    public NoteRow Note => Details.Note;
}

/// <summary>Texts, so that nothing typed is lost.</summary>
public sealed class NewNoteForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid Balance { get; set; }

    public string? Kg { get; set; }

    public string? Recipient { get; set; }
}

public sealed class PayerChangeForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid Balance { get; set; }

    public string? System { get; set; }

    public string? Kg { get; set; }

    public string? Tenge { get; set; }

    public string? Bank { get; set; }

    public string? Reason { get; set; }
}

/// <summary>How evidence is written and marked.</summary>
public static class EvidenceWords
{
    public static StatusKind Kind(string state) => state switch
    {
        "Approved" or "Accepted" or "Paid" => StatusKind.Done,
        "Submitted" or "Ordered" => StatusKind.InWork,
        "Rejected" or "Void" or "Declined" or "Withdrawn" => StatusKind.Stopped,
        "Returned" => StatusKind.NeedsReason,
        _ => StatusKind.Waiting,
    };

    /// <summary>Kilograms as people write them; none where it is no mass in whole grams above zero.</summary>
    public static Weight? Mass(string? typed) =>
        NumberInput.TryParse(typed ?? "", out var kilograms) == NumberProblem.None && kilograms is > 0 and <= 1_000_000_000 && decimal.IsInteger(kilograms * 1000) ? Weight.FromKilograms(kilograms) : null;
}
