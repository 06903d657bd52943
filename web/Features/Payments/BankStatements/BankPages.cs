using EwasteEpr.Payments.BankStatements;

namespace EwasteEpr.Web.Features.Payments.BankStatements;

/// <param name="Account">For CSV, which names no account.</param>
public sealed record ImportForm(string? Account);

public sealed record ImportPage(ImportForm Form, IReadOnlyList<string> Accounts, IReadOnlyList<StatementHead> Statements);

public sealed record StatementColumnsPage(Guid Id, CsvHead Head);

public sealed record StatementColumnsForm(string?[]? Names, string?[]? Means)
{
    public IReadOnlyList<(string Name, StatementField? Means)> ToColumns() =>
        [.. (Names ?? []).Take(StatementLimits.FieldsOfARow).Select((name, i) => (name ?? "", Means is not null && i < Means.Length && Enum.TryParse<StatementField>(Means[i], out var field) && CsvColumns.Choices.Contains(field) ? field : (StatementField?)null))];
}

/// <param name="Rows">One more than a page, where there is a next one.</param>
public sealed record BankStatementPage(StatementShown Statement, IReadOnlyList<StatementRowShown> Rows, string? Fate, int After, int PageRows)
{
    public bool IsPreview => Statement.Head.State == "Preview";

    public IEnumerable<StatementRowShown> Shown => Rows.Take(PageRows);

    public int? Next => Rows.Count > PageRows ? Rows[PageRows - 1].RowNo : null;
}

/// <param name="Opened">The document that a person looks at.</param>
public sealed record MatchPage(
    IReadOnlyList<WaitingCount> Counts, IReadOnlyList<MatchedRow> Rows, string? Class, Guid? Next, IReadOnlyList<MatchedRow> Decided, OpenedRow? Opened, MatchForm Form, bool MayDecide)
{
    public int Waiting => Counts.Sum(count => count.Rows);
}

public sealed record OpenedRow(MatchedRow Row, IReadOnlyList<InvoiceSuggestion> Invoices, IReadOnlyList<EarlierSuggestion> Earlier, IReadOnlyList<RefundSuggestion> Refunds);

/// <param name="Choice">The button: pay:ID, split, credit, return, storno:ID, refund:ID, fee, other.</param>
/// <param name="Payer">A BIN or IIN, where nobody knows whose money it is.</param>
public sealed record MatchForm(int Revision = 0, string? Choice = null, string? Reason = null, string? Payer = null, Guid[]? Invoices = null, string?[]? Amounts = null);
