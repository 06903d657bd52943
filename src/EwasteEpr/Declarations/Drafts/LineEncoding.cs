using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Lines, packaging, parked rows and problems as rows of COPY. The order of the columns is the order of the writes.</summary>
internal sealed class LineEncoding(SinkTarget target)
{
    private const int MostRemembered = 4096;

    private static readonly byte[] Nothing = [0xFF, 0xFF, 0xFF, 0xFF];
    private static readonly byte[] NoPrice = [.. Enumerable.Repeat(Nothing, 6).SelectMany(bytes => bytes)];

    private readonly Dictionary<TariffChoice, byte[]> prices = new(ReferenceEqualityComparer.Instance);

    // What the declarant wrote stands in one piece, so that its hash is that of the bytes between two marks.
    public static readonly string[] LineColumns =
    [
        "declaration_id", "version", "line_no", "upload_no", "row_no", "copied_line_no", "changed_revision", "category_changes",
        "hs_code", "unu_key_given", "description", "units", "mass_grams", "battery_grams", "source", "condition", "obligation_date", "origin", "document_no", "packaging_document",
        "content_hash", "unu_key", "category", "methodology_id", "tariff_row_id", "tariff_match", "coefficient", "mci_value", "mci_from", "product_fee_tiyn", "fee_tiyn",
    ];

    public static readonly string[] PackagingColumns =
        ["declaration_id", "version", "line_no", "item_no", "kind", "mass_grams", "methodology_id", "tariff_row_id", "coefficient", "mci_value", "fee_tiyn"];

    public static readonly string[] ParkedColumns =
        ["declaration_id", "version", "line_no", "upload_no", "row_no", "copied_line_no", "changed_revision", "category_changes", "fields"];

    public static readonly string[] ProblemColumns =
        ["declaration_id", "version", "line_no", "row_no", "code", "column_name", "severity", "value", "detail", "detail2"];

    private static readonly string?[] Sources = [null, "eaeu", "third_country", "produced"];
    private static readonly string?[] Conditions = [null, "new", "used", "for_repair"];

    public static string? CodeOf(SupplySource source) => Sources[(int)source];

    public static string? CodeOf(GoodsCondition condition) => Conditions[(int)condition];

    public void Write(CopyStream row, Line line, RowPlace place, DateOnly date)
    {
        row.StartRow();
        WritePlace(row, place);
        var mark = row.Mark;
        Digits(row, line.Hs.Value, line.Hs.Length);
        Digits(row, line.GivenKey.Number, line.GivenKey.IsNone ? 0 : 4);
        TextOrNull(row, line.Field(Column.Description));
        row.Int64OrNull(line.Units);
        row.Int64OrNull(line.HasMass ? line.MassGrams : null);
        row.Int64OrNull(line.BatteryGrams == 0 ? null : line.BatteryGrams);
        row.TextOrNull(CodeOf(line.Supply));
        row.TextOrNull(CodeOf(line.Condition));
        row.Date(date);
        row.TextOrNull(line.Origin.Length == 0 ? null : line.Origin);
        TextOrNull(row, line.Field(Column.DocumentNo));
        row.TextOrNull(line.PackagingDocument.Length == 0 ? null : line.PackagingDocument);
        row.Int64(ContentHash.Of(row.Since(mark), line.Field(Column.Packaging)));
        WritePrice(row, line);
    }

    public void WritePackaging(CopyStream row, (int LineNo, short ItemNo, PackagingItem Item) packaging)
    {
        var answer = packaging.Item.Tariff;
        row.StartRow();
        row.Uuid(target.DeclarationId);
        row.Int32(target.Version);
        row.Int32(packaging.LineNo);
        row.Int16(packaging.ItemNo);
        row.Text(TariffIndex.PackagingCode(packaging.Item.Kind));
        row.Int64(packaging.Item.MassGrams);
        if (answer is { IsPriced: true, Methodology: { } methodology, Row: { Coefficient: { } coefficient } tariffRow, Mci: { } mci })
        {
            row.Uuid(methodology.Id);
            row.Uuid(tariffRow.Id);
            row.Numeric(coefficient);
            row.Numeric(mci.ValueKzt);
            row.Int64(packaging.Item.FeeTiyn);
        }
        else
        {
            row.Null();
            row.Null();
            row.Null();
            row.Null();
            row.Null();
        }
    }

    public void WriteParked(CopyStream row, (RowPlace Place, string[] Fields) parked)
    {
        row.StartRow();
        WritePlace(row, parked.Place);
        row.TextArray(parked.Fields);
    }

    public void WriteProblem(CopyStream row, (RowPlace Place, StoredProblem Problem) found)
    {
        row.StartRow();
        row.Uuid(target.DeclarationId);
        row.Int32(target.Version);
        row.Int32(found.Place.LineNo);
        Int32OrNull(row, found.Place.RowNo);
        row.Text(found.Problem.Code);
        row.Text(found.Problem.Column);
        row.Text(found.Problem.IsError ? "Error" : "Warning");
        row.Text(found.Problem.Value);
        row.Text(found.Problem.Detail);
        row.Text(found.Problem.Detail2);
    }

    private void WritePlace(CopyStream row, RowPlace place)
    {
        row.Uuid(target.DeclarationId);
        row.Int32(target.Version);
        row.Int32(place.LineNo);
        if (place.UploadNo is { } upload)
        {
            row.Int16(upload);
        }
        else
        {
            row.Null();
        }

        Int32OrNull(row, place.RowNo);
        Int32OrNull(row, place.CopiedLineNo);
        row.Int64(target.Revision);
        row.Int16(place.CategoryChanges);
    }

    private void WritePrice(CopyStream row, Line line)
    {
        var choice = line.Tariff;
        Digits(row, choice?.Key.Number ?? 0, choice is null || choice.Key.IsNone ? 0 : 4);
        row.TextOrNull(choice is null || choice.Category == EquipmentCategory.None ? null : EquipmentCategories.Code(choice.Category));
        if (!line.IsPriced || choice is null)
        {
            row.Encoded(NoPrice);
            row.Null();
            row.Null();
            return;
        }

        row.Encoded(Factors(choice));
        row.Int64(line.ProductFeeTiyn);
        row.Int64(line.FeeTiyn);
    }

    /// <summary>The six factors of a choice, encoded once for all lines that share it.</summary>
    private byte[] Factors(TariffChoice choice)
    {
        if (prices.TryGetValue(choice, out var known))
        {
            return known;
        }

        var (methodology, tariffRow, mci) = (choice.Answer.Methodology!, choice.Answer.Row!, choice.Answer.Mci!);
        var row = CopyStream.ForFields();
        row.Uuid(methodology.Id);
        row.Uuid(tariffRow.Id);
        row.Text($"{tariffRow.Kind} {tariffRow.Match}");
        row.Numeric(tariffRow.Coefficient!.Value);
        row.Numeric(mci.ValueKzt);
        row.Date(mci.EffectiveFrom);
        if (prices.Count >= MostRemembered)
        {
            prices.Clear();
        }

        return prices[choice] = row.Since(0).ToArray();
    }

    /// <summary>A code with its leading zeros; no length is no code.</summary>
    private static void Digits(CopyStream row, long value, int length)
    {
        if (length == 0)
        {
            row.Null();
            return;
        }

        Span<byte> digits = stackalloc byte[length];
        for (var i = length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        row.Text(digits);
    }

    private static void TextOrNull(CopyStream row, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            row.Null();
        }
        else if (text.Contains((byte)0))
        {
            // PostgreSQL's texts hold no zero; a workbook or a request may.
            var clean = text.ToArray();
            clean.AsSpan().Replace((byte)0, (byte)' ');
            row.Text(clean);
        }
        else
        {
            row.Text(text);
        }
    }

    private static void Int32OrNull(CopyStream row, int? value)
    {
        if (value is { } some)
        {
            row.Int32(some);
        }
        else
        {
            row.Null();
        }
    }
}
