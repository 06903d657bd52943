using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>A campaign as the operator enters it; rules one a line.</summary>
public sealed record CampaignForm(
    string? NameKk, string? NameRu, string? NameEn, CampaignFunding? Funding, string? Funder, DateOnly? From, DateOnly? LastDay, string[]? Regions, int? VoucherDays,
    decimal? ItemCap, decimal? PersonCap, decimal? PointDayCap, decimal? WalkInCap, int? StaffPairCap, string? Rules)
{
    private const int Longest = 200;
    private const int MostRules = 500;

    public static CampaignForm Empty { get; } = new(null, null, null, null, null, null, null, null, 60, 5_000, 20_000, 200_000, 2_000, 5, "0306; ; ; working; 2000\n0306; ; ; any; 500\n5; ; ; any; 500");

    /// <summary>The form's own shape; each sentence stands at its field.</summary>
    public CampaignDraft? Check(ModelStateDictionary state, IStringLocalizer<CampaignText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (name, value) in new[] { (nameof(NameKk), NameKk), (nameof(NameRu), NameRu), (nameof(NameEn), NameEn), (nameof(Funder), Funder) })
        {
            Need(state, name, !string.IsNullOrWhiteSpace(value) && value.Length <= Longest, text["E.Text"]);
        }

        Need(state, nameof(Funding), Funding is not null, text["E.Funding"]);
        Need(state, nameof(From), From is not null, text["E.Date"]);
        Need(state, nameof(LastDay), LastDay is not null && LastDay >= From, text["E.LastDay"]);
        Need(state, nameof(VoucherDays), VoucherDays is >= 1 and <= 365, text["E.Days"]);
        Need(state, nameof(StaffPairCap), StaffPairCap is >= 1 and <= 1000, text["E.Pair"]);
        foreach (var (name, value) in new[] { (nameof(ItemCap), ItemCap), (nameof(PersonCap), PersonCap), (nameof(PointDayCap), PointDayCap), (nameof(WalkInCap), WalkInCap) })
        {
            Need(state, name, value is >= 100 and <= 1_000_000_000 && decimal.IsInteger(value.Value), text["E.Cap"]);
        }

        var rules = ReadRules(state, text);
        return !state.IsValid ? null : new CampaignDraft(
            new CampaignName(NameKk!.Trim(), NameRu!.Trim(), NameEn!.Trim()), Funding!.Value, Funder!.Trim(), new DateRange(From!.Value, LastDay!.Value.AddDays(1)), Regions ?? [], VoucherDays!.Value,
            new CampaignCaps(Money.FromTenge(ItemCap!.Value), Money.FromTenge(PersonCap!.Value), Money.FromTenge(PointDayCap!.Value), Money.FromTenge(WalkInCap!.Value), StaffPairCap!.Value), rules);
    }

    /// <summary><c>key or category; from kg; below kg; condition; tenge</c>, empty where it does not matter.</summary>
    private List<RewardRule> ReadRules(ModelStateDictionary state, IStringLocalizer<CampaignText> text)
    {
        var rules = new List<RewardRule>();
        var lines = (Rules ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Need(state, nameof(Rules), lines.Length is > 0 and <= MostRules, text["E.Rules"]);
        foreach (var (line, index) in lines.Take(MostRules).Select((line, index) => (line, index)))
        {
            if (ReadRule(line) is { } rule)
            {
                rules.Add(rule);
            }
            else
            {
                state.AddModelError(nameof(Rules), text["E.Rule", index + 1, line.Length > 60 ? line[..60] : line]);
            }
        }

        return rules;
    }

    private static RewardRule? ReadRule(string line)
    {
        if (line.Split(';', StringSplitOptions.TrimEntries) is not [var what, var from, var below, var condition, var tenge]
            || !TryGrams(from, 0, out var fromGrams) || !TryGrams(below, null, out var belowGrams) || belowGrams <= fromGrams
            || NumberInput.TryParse(tenge, out var amount) != NumberProblem.None || amount is <= 0 or > 10_000_000 || !decimal.IsInteger(amount * 100))
        {
            return null;
        }

        ItemCondition? state = null;
        if (condition.Length > 0 && !condition.Equals("any", StringComparison.OrdinalIgnoreCase))
        {
            if (!Enum.TryParse<ItemCondition>(condition, ignoreCase: true, out var named) || !Enum.IsDefined(named) || char.IsAsciiDigit(condition[0]))
            {
                return null;
            }

            state = named;
        }

        var isKey = what.Length == 4 && what.All(char.IsAsciiDigit);
        return what.Length > 0 && !isKey && !Categories.All.Contains(what, StringComparer.Ordinal)
            ? null
            : new RewardRule(isKey ? what : null, isKey || what.Length == 0 ? null : what, fromGrams!.Value, belowGrams, state, Money.FromTenge(amount).Tiyn);
    }

    private static bool TryGrams(string kilograms, long? whenEmpty, out long? grams)
    {
        grams = whenEmpty;
        if (kilograms.Length == 0)
        {
            return true;
        }

        if (NumberInput.TryParse(kilograms, out var value) != NumberProblem.None || value is < 0 or > 10_000 || !decimal.IsInteger(value * 1000))
        {
            return false;
        }

        grams = decimal.ToInt64(value * 1000);
        return true;
    }

    private static void Need(ModelStateDictionary state, string field, bool isGood, string sentence)
    {
        if (!isGood && state[field]?.Errors.Count is null or 0)
        {
            state.AddModelError(field, sentence);
        }
    }
}

public sealed record FundingForm(decimal? Amount, string? Document, DateOnly? ReceivedOn)
{
    public FundingDraft? Check(ModelStateDictionary state, IStringLocalizer<CampaignText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        if (Amount is not (> 0 and <= 100_000_000_000) || !decimal.IsInteger(Amount.Value * 100))
        {
            state.AddModelError(nameof(Amount), text["E.Amount"]);
        }

        if (string.IsNullOrWhiteSpace(Document) || Document.Length > 200)
        {
            state.AddModelError(nameof(Document), text["E.Document"]);
        }

        if (ReceivedOn is null)
        {
            state.AddModelError(nameof(ReceivedOn), text["E.Date"]);
        }

        return state.IsValid ? new FundingDraft(Money.FromTenge(Amount!.Value), Document!.Trim(), ReceivedOn!.Value) : null;
    }
}

public sealed record BasisForm(string? Basis);
