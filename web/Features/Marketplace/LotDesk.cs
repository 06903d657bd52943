using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>What the operator does with a lot, each answered by the word that its page then says.</summary>
public sealed class LotDesk(LotService lots, AwardService awards, AwardEndings endings, Protests protests, Deposits deposits, HandoverService handovers, LotSettlements settlements)
{
    private const int Longest = 2000;

    public static bool IsSentence(string? typed) => typed?.Trim() is { Length: > 0 and <= Longest };

    private static bool IsDocument(DeskForm form) => form.Document?.Trim() is { Length: > 0 and <= 60 } && form.On is not null;

    /// <returns>The word, or none where there is nothing of that number or id.</returns>
    public async Task<string?> DoAsync(string act, string number, DeskForm form, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        return act switch
        {
            "open" => Said(await lots.OpenAsync(number, actor, ct)),
            "cancel" => !IsSentence(form.Reason) ? "ReasonMissing" : Said(await lots.CancelAsync(number, form.Reason!.Trim(), actor, ct)),
            "award" => !IsSentence(form.Reason) ? "ReasonMissing" : Said(await awards.AwardAsync(number, form.Id ?? Guid.Empty, form.Reason!.Trim(), actor, ct)),
            "withdraw" => !IsSentence(form.Reason) ? "ReasonMissing" : Said(await endings.WithdrawAsync(number, form.Reason!.Trim(), actor, ct)),
            "default" => !IsSentence(form.Reason) ? "ReasonMissing" : Said(await endings.DefaultAsync(number, form.Reason!.Trim(), actor, ct)),
            "answer" => !IsSentence(form.Reason) ? "ReasonMissing" : Said(await protests.AnswerAsync(number, form.Id ?? Guid.Empty, new ProtestAnswer(form.Reason!.Trim(), form.Yes), actor, ct)),
            "contract" => !IsDocument(form) ? "DocumentMissing" : Said(await handovers.ContractAsync(number, form.ToDocument(), actor, ct)),
            "deposit" => !IsDocument(form) ? "DocumentMissing" : await deposits.HoldAsync(number, form.Id ?? Guid.Empty, form.ToDocument(), actor, ct) ? "DepositHeld" : "NotDone",
            "deposit-back" => !IsDocument(form) ? "DocumentMissing" : await deposits.ReturnAsync(number, form.Id ?? Guid.Empty, form.ToDocument().Number, actor, ct) ? "DepositReturned" : "NotDone",
            "handover" => Said(await handovers.PrepareAsync(number, actor, ct)),
            "settle" => Said(await settlements.SettleAsync(number, actor, ct)),
            "pay" => !IsDocument(form) ? "DocumentMissing" : Said(await settlements.PayAsync(number, form.ToDocument(), actor, ct), "Paid"),
            "reverse" => !IsSentence(form.Reason) ? "ReasonMissing" : Said(await settlements.ReverseAsync(number, form.Reason!.Trim(), actor, ct), "Reversed"),
            _ => null,
        };
    }

    // NotFound is said by none; every other outcome is the end of a text's key.
    private static string? Said(object outcome, string done = "Done")
    {
        var word = outcome is Enum ? outcome.ToString()! : outcome.GetType().Name;
        return word switch { "NotFound" => null, "Done" => done, _ => word };
    }
}

/// <summary>The few fields that acts on a lot ask for.</summary>
public sealed class DeskForm
{
    public Guid? Id { get; set; }

    public string? Reason { get; set; }

    public string? Document { get; set; }

    public DateOnly? On { get; set; }

    public bool Yes { get; set; }

    public MoneyDocument ToDocument() => new(Document!.Trim(), On!.Value);
}
