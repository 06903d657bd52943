using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>States of invoices in shapes and words.</summary>
public static class InvoiceWords
{
    public static StatusKind Shape(InvoiceState state, bool isOverdue) => state switch
    {
        InvoiceState.Paid => StatusKind.Done,
        InvoiceState.Credited => StatusKind.Missing,
        _ when isOverdue => StatusKind.Stopped,
        InvoiceState.PartPaid => StatusKind.InWork,
        _ => StatusKind.Waiting,
    };

    /// <summary>The key of the state's word.</summary>
    public static string Key(InvoiceRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsOverdue ? "State.Overdue" : "State." + row.State;
    }

    /// <summary>"4K7M 29XQ": two groups of four, as it is typed.</summary>
    public static string Reference(string reference) => Format.Code(reference);
}
