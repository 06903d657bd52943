using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>One row in fields, or many as CSV; a file wins over what was pasted, a table over the fields.</summary>
public sealed class ProductGroupForm
{
    public string? GroupCode { get; set; }

    public string? Prefix { get; set; }

    public DateOnly? From { get; set; }

    public DateOnly? LastDay { get; set; }

    public string? NameKk { get; set; }

    public string? NameRu { get; set; }

    public string? NameEn { get; set; }

    public string? Act { get; set; }

    public string? Rows { get; set; }

    public IFormFile? File { get; set; }

    public bool HasTable => !string.IsNullOrWhiteSpace(Rows);

    /// <summary>The content of the file then stands in the field, so that it is not lost when something must be corrected.</summary>
    public async Task ReadFileAsync(CancellationToken ct)
    {
        if (File is { Length: > 0 and <= TariffForm.MostBytes })
        {
            using var stream = new MemoryStream();
            await File.CopyToAsync(stream, ct);
            Rows = SmallTable.Decode(stream.ToArray());
        }
    }

    public (IReadOnlyList<ProductGroupDraftRow> Rows, IReadOnlyList<ProductGroupProblem> Problems) Read()
    {
        if (HasTable)
        {
            return ProductGroupFile.Read(Rows!);
        }

        var problems = new List<ProductGroupProblem>();
        var row = ProductGroupFile.Row(0, Value, problems);
        return (row is null ? [] : [row], problems);
    }

    internal static string FieldOf(string column) => column switch
    {
        "group_code" => nameof(GroupCode),
        "hs_prefix" => nameof(Prefix),
        "valid_from" => nameof(From),
        "last_day" => nameof(LastDay),
        "name_kk" => nameof(NameKk),
        "name_ru" => nameof(NameRu),
        "name_en" => nameof(NameEn),
        _ => nameof(Act),
    };

    private string Value(string column) => (column switch
    {
        "group_code" => GroupCode,
        "hs_prefix" => Prefix,
        "valid_from" => From?.ToString("O", CultureInfo.InvariantCulture),
        "last_day" => LastDay?.ToString("O", CultureInfo.InvariantCulture),
        "name_kk" => NameKk,
        "name_ru" => NameRu,
        "name_en" => NameEn,
        _ => Act,
    })?.Trim() ?? "";
}
