from django.urls import path

from plants.views import register, returns

RETURN = "returns/<slug:plant>/<str:month>/"
PLANT = "plants/<slug:plant>/"

urlpatterns = [
    path("returns/", returns.ReturnsView.as_view(), name="returns"),
    path(RETURN, returns.ReturnView.as_view(), name="return"),
    path(f"{RETURN}history/", returns.ReturnHistoryView.as_view(), name="return_history"),
    path(f"{RETURN}approve/", returns.ReturnApproveView.as_view(), name="return_approve"),
    path(f"{RETURN}accept/", returns.ReturnAcceptView.as_view(), name="return_accept"),
    path(f"{RETURN}send-back/", returns.ReturnSendBackView.as_view(), name="return_send_back"),
    path(f"{RETURN}revise/", returns.ReturnReviseView.as_view(), name="return_revise"),
    path("calendars/", register.CalendarsView.as_view(), name="calendars"),
    path("calendars/add/", register.CalendarAddView.as_view(), name="calendar_add"),
    path("calendars/<int:pk>/", register.CalendarEditView.as_view(), name="calendar_edit"),
    path("plants/", register.PlantsView.as_view(), name="plants"),
    path("plants/add/", register.PlantAddView.as_view(), name="plant_add"),
    path(PLANT, register.PlantView.as_view(), name="plant"),
    path(f"{PLANT}edit/", register.PlantEditView.as_view(), name="plant_edit"),
    path(f"{PLANT}equipment/add/", register.EquipmentAddView.as_view(), name="equipment_add"),
    path(f"{PLANT}equipment/<slug:code>/edit/", register.EquipmentEditView.as_view(), name="equipment_edit"),
    path(f"{PLANT}equipment/<slug:code>/rating/", register.RatingAddView.as_view(), name="rating_add"),
    path(f"{PLANT}members/invite/", register.MemberInviteView.as_view(), name="member_invite"),
    path(f"{PLANT}members/add/", register.MembershipAddView.as_view(), name="membership_add"),
    path(f"{PLANT}members/<int:pk>/remove/", register.MembershipRemoveView.as_view(), name="membership_remove"),
]
