using System.ComponentModel.DataAnnotations;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>A new version as it is typed; its rows come as CSV, pasted or as a file.</summary>
public sealed class TariffForm
{
    public const long MostBytes = 1024 * 1024;
    internal const int LongestText = 1000;

    public string? Code { get; set; }

    public TariffProgramme Programme { get; set; }

    public DateOnly? From { get; set; }

    /// <summary>The last day, as people say it; stored is the day after.</summary>
    public DateOnly? LastDay { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? ActNumber { get; set; }

    public DateOnly? ActDate { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? ActKk { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? ActRu { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? ActEn { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? ActLink { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? TitleKk { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? TitleRu { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? TitleEn { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? SourceKk { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? SourceRu { get; set; }

    [StringLength(LongestText, ErrorMessage = "E.TooLong")]
    public string? SourceEn { get; set; }

    public MciBy MciBy { get; set; }

    public MciPurpose MciPurpose { get; set; }

    public TariffRounding Rounding { get; set; }

    public string? Rows { get; set; }

    public IFormFile? File { get; set; }

    /// <summary>A new version usually changes the last one.</summary>
    public static TariffForm After(TariffVersion? version) => version?.Methodology is not { } m ? new TariffForm() : new TariffForm
    {
        Programme = m.Programme, ActNumber = m.Act?.Number, ActDate = m.Act?.Date, ActKk = m.Act?.Name.Kk, ActRu = m.Act?.Name.Ru, ActEn = m.Act?.Name.En, ActLink = m.Act?.Link,
        TitleKk = m.Title.Kk, TitleRu = m.Title.Ru, TitleEn = m.Title.En, MciBy = m.MciBy, MciPurpose = m.MciPurpose, Rounding = m.Rounding,
    };

    /// <summary>A file wins over what was pasted and then stands in the field, so that it is not lost when something must be corrected.</summary>
    public async Task ReadFileAsync(ModelStateDictionary state, IStringLocalizer<TariffsText> text, CancellationToken ct)
    {
        if (File is not { Length: > 0 })
        {
            return;
        }

        if (File.Length > MostBytes)
        {
            state.AddModelError(nameof(File), text["E.TooLarge"]);
            return;
        }

        using var stream = new MemoryStream();
        await File.CopyToAsync(stream, ct);
        Rows = Decode(stream.ToArray());
        state.Remove(nameof(Rows));
    }

    /// <returns>None when something is wrong; what, stands in the state of the form.</returns>
    public TariffDraft? ToDraft(ModelStateDictionary state, IStringLocalizer<TariffsText> text, EquipmentCatalogue catalogue)
    {
        if (!TariffDraft.IsCode(Code?.Trim() ?? ""))
        {
            state.AddModelError(nameof(Code), text["E.Code"]);
        }

        if (From is null && !HasError(state, nameof(From)))
        {
            state.AddModelError(nameof(From), text["E.From"]);
        }

        if (LastDay < From)
        {
            state.AddModelError(nameof(LastDay), text["E.Until"]);
        }

        var act = Act(state, text);
        var title = Three(state, text, "Title", TitleKk, TitleRu, TitleEn);
        var source = Three(state, text, "Source", SourceKk, SourceRu, SourceEn);
        var rows = ReadRows(state, text, catalogue);
        return !state.IsValid ? null : new TariffDraft(
            Code!.Trim(), Programme, act, title, new DateRange(From!.Value, LastDay?.AddDays(1)), MciBy, MciPurpose, Rounding, source, rows);
    }

    private LegalAct? Act(ModelStateDictionary state, IStringLocalizer<TariffsText> text)
    {
        if (Programme == TariffProgramme.Illustrative)
        {
            return null;
        }

        if (new[] { ActNumber, ActKk, ActRu, ActEn }.Any(string.IsNullOrWhiteSpace) || ActDate is null)
        {
            state.AddModelError(nameof(ActNumber), text["E.Act"]);
            return null;
        }

        var link = string.IsNullOrWhiteSpace(ActLink) ? null : ActLink.Trim();
        if (link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out _) && link.StartsWith("https://", StringComparison.Ordinal)))
        {
            state.AddModelError(nameof(ActLink), text["E.Link"]);
        }

        return new LegalAct(ActNumber!.Trim(), ActDate.Value, new LocalText(ActKk!.Trim(), ActRu!.Trim(), ActEn!.Trim()), new LocalText("", "", ""), link);
    }

    private static LocalText Three(ModelStateDictionary state, IStringLocalizer<TariffsText> text, string name, string? kk, string? ru, string? en)
    {
        if (new[] { kk, ru, en }.Any(string.IsNullOrWhiteSpace))
        {
            state.AddModelError(name + "Kk", text["E.ThreeLanguages", text["F." + name].Value]);
        }

        return new LocalText(kk?.Trim() ?? "", ru?.Trim() ?? "", en?.Trim() ?? "");
    }

    private IReadOnlyList<TariffDraftRow> ReadRows(ModelStateDictionary state, IStringLocalizer<TariffsText> text, EquipmentCatalogue catalogue)
    {
        var result = TariffFile.Read(Rows ?? "", catalogue);
        foreach (var problem in result.Problems.Take(20))
        {
            state.AddModelError(nameof(Rows), text["E.Row", problem.Row, problem.Column, text["P." + problem.Code, problem.Value].Value]);
        }

        return result.Rows;
    }

    private static bool HasError(ModelStateDictionary state, string name) => state.TryGetValue(name, out var entry) && entry.Errors.Count > 0;

    /// <summary>UTF-8 or UTF-16 with a mark, else strict UTF-8, else Windows-1251, as Excel saves it here.</summary>
    private static string Decode(byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetString(bytes);
        }
    }
}
