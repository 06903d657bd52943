using System.ComponentModel.DataAnnotations;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>The operator's list of versions.</summary>
/// <param name="Done">What has just happened, or none.</param>
public sealed record OperatorTariffsPage(TariffSnapshot Tariffs, IReadOnlyList<TariffListed> Versions, string? Done);

/// <summary>One proposal for the second person.</summary>
/// <param name="IsOwn">The reader proposed it.</param>
public sealed record ReviewPage(TariffSnapshot Tariffs, TariffReview Review, bool IsOwn, bool MayPublish, string? Done);

public sealed record MciPage(IReadOnlyList<MciListed> Values, MciForm Form, Guid Reader, string? Done);

public sealed class MciForm
{
    public DateOnly? EffectiveFrom { get; set; }

    public decimal? ValueKzt { get; set; }

    public MciPurpose Purpose { get; set; }

    [StringLength(TariffForm.LongestText, ErrorMessage = "E.TooLong")]
    public string? LegalBasis { get; set; }
}

public sealed record CodesPage(IReadOnlyList<HsRowListed> Rows, EquipmentCatalogue Catalogue, CodeForm Form, Guid Reader, string? Done);

public sealed class CodeForm
{
    public string? Prefix { get; set; }

    public string? Key { get; set; }

    [StringLength(TariffForm.LongestText, ErrorMessage = "E.TooLong")]
    public string? Description { get; set; }

    [StringLength(TariffForm.LongestText, ErrorMessage = "E.TooLong")]
    public string? Source { get; set; }
}
