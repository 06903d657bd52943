using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What stands in the calculator's form: everything typed or pasted comes back with the answer.</summary>
public sealed class CalculatorForm
{
    public const int FewestRows = 3;
    private const int MostRows = 200;

    // The buttons above the form come before its radios: the first word counts.
    private bool isAnswerSaid;

    /// <summary>Day of import for lines that name none, as typed.</summary>
    public string On { get; set; } = "";

    /// <summary>Code of a methodology, or empty: the one that prices declarations.</summary>
    public string Methodology { get; set; } = "";

    /// <summary>Said by a person after we had to ask; empty to find out.</summary>
    public string Encoding { get; set; } = "";

    /// <summary>The pasted table.</summary>
    public string Table { get; set; } = "";

    /// <summary>rows, paste or file: which button was pressed.</summary>
    public string Way { get; set; } = "";

    /// <summary>The way of the answer on the page, for its buttons that ask the same again as a file.</summary>
    public string Asked { get; set; } = "";

    public bool IsTyped => Way == "rows" || (Way.Length == 0 && (Asked == "rows" || (Asked.Length == 0 && string.IsNullOrWhiteSpace(Table))));

    /// <summary>page, results or problems.</summary>
    public string Answer { get; set; } = "page";

    /// <summary>The button that adds rows.</summary>
    public bool AddRows { get; set; }

    /// <summary>Another language was asked for: the form comes back, nothing is calculated.</summary>
    public bool IsLanguageSwitch { get; set; }

    public List<CalculatorRow> Rows { get; } = [];

    public IEnumerable<string?[]> RowTexts() => Rows.Select(row => row.Texts());

    public TextEncoding? ToldEncoding => Encoding switch
    {
        "utf-8" => TextEncoding.Utf8,
        "windows-1251" => TextEncoding.Windows1251,
        "kz-1048" => TextEncoding.Kz1048,
        _ => null,
    };

    /// <summary>One field as it came; unknown names are ignored.</summary>
    public void Take(string name, string value)
    {
        switch (name)
        {
            case nameof(On): On = value; break;
            case nameof(Methodology): Methodology = value; break;
            case nameof(Encoding): Encoding = value; break;
            case nameof(Table): Table = value; break;
            case "way": Way = value; break;
            case "answer" when !isAnswerSaid: (Answer, isAnswerSaid) = (value, true); break;
            case "asked": Asked = value; break;
            case "add": AddRows = true; break;
            case "_language": IsLanguageSwitch = true; break;
            case "hs_code" when Rows.Count < MostRows: Rows.Add(new CalculatorRow { HsCode = value }); break;
            case "unu_key" when Rows.Count > 0: Rows[^1].UnuKey = value; break;
            case "description" when Rows.Count > 0: Rows[^1].Description = value; break;
            case "units" when Rows.Count > 0: Rows[^1].Units = value; break;
            case "mass_kg" when Rows.Count > 0: Rows[^1].MassKg = value; break;
            default: break;
        }
    }

    /// <summary>Room to type, as much as is asked for.</summary>
    public void FillRows()
    {
        var wanted = Math.Min(MostRows, Math.Max(FewestRows, Rows.Count + (AddRows ? 5 : 0)));
        while (Rows.Count < wanted)
        {
            Rows.Add(new CalculatorRow());
        }
    }

    public Stream TableStream() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Table));
}

/// <summary>One typed row.</summary>
public sealed class CalculatorRow
{
    public string HsCode { get; set; } = "";

    public string UnuKey { get; set; } = "";

    public string Description { get; set; } = "";

    public string Units { get; set; } = "";

    public string MassKg { get; set; } = "";

    internal string?[] Texts() => [HsCode, UnuKey, Description, Units, MassKg];
}
