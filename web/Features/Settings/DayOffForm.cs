using System.ComponentModel.DataAnnotations;
using EwasteEpr.Settings;

namespace EwasteEpr.Web.Features.Settings;

/// <summary>One day in fields, or many as CSV.</summary>
public sealed class DayOffForm
{
    public DateOnly? Day { get; set; }

    public DayOffKind Kind { get; set; }

    [StringLength(300, ErrorMessage = "E.TooLong")]
    public string? NameKk { get; set; }

    [StringLength(300, ErrorMessage = "E.TooLong")]
    public string? NameRu { get; set; }

    [StringLength(300, ErrorMessage = "E.TooLong")]
    public string? NameEn { get; set; }

    [StringLength(300, ErrorMessage = "E.TooLong")]
    public string? Act { get; set; }

    public string? Rows { get; set; }

    public IFormFile? File { get; set; }
}
