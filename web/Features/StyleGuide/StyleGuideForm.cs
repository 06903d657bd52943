using System.ComponentModel.DataAnnotations;

namespace EwasteEpr.Web.Features.StyleGuide;

public sealed class StyleGuideForm
{
    [Display(Name = "Mass", Description = "MassHint")]
    public decimal? Mass { get; set; }

    [Display(Name = "Units")]
    public int? Units { get; set; }

    [Display(Name = "On", Description = "OnHint")]
    public DateOnly? On { get; set; }

    [Display(Name = "Source")]
    [Required(ErrorMessage = "SourceNeeded")]
    public string? Source { get; set; }

    [Display(Name = "Document")]
    public string? Document { get; set; }

    [Display(Name = "Kinds")]
    public string[] Kinds { get; set; } = [];

    [Display(Name = "Category")]
    public string? Category { get; set; }

    [Display(Name = "Note")]
    public string? Note { get; set; }

    [Display(Name = "File")]
    public IFormFile? File { get; set; }

    [Display(Name = "Password")]
    public string? Password { get; set; }
}
